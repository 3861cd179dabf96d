// Use HighLevel's SDK as an app does, against the sandbox that the environment names.

const assert = require("node:assert/strict");
const { HighLevel } = require("@gohighlevel/api-client");

const { SANDBOX_URL, SANDBOX_TOKEN, SANDBOX_LOCATION: locationId, SANDBOX_CODE } = process.env;
const { WEBHOOK_BODY, WEBHOOK_SIGNATURE, WEBHOOK_PUBLIC_KEY } = process.env;
const APP = { clientId: "sandbox-app", clientSecret: "sandbox-secret" };

async function useAssociations(sdk) {
  const made = await sdk.createAssociation({
    locationId,
    key: "owner_pet",
    firstObjectLabel: "Owner",
    firstObjectKey: "contact",
    secondObjectLabel: "Pet",
    secondObjectKey: "custom_objects.pet",
  });
  const associationId = made.id;
  const found = await sdk.getAssociationByID({ associationId });
  assert.deepEqual([found.key, found.firstObjectLabel], ["owner_pet", "Owner"]);
  const byKey = await sdk.getAssociationKeyByKeyName({ keyName: "owner_pet", locationId });
  assert.equal(byKey.id, associationId);
  const listed = await sdk.findAssociations({ locationId, skip: 0, limit: 100 });
  assert(listed.associations.some((one) => one.id === associationId));
  const ofObject = await sdk.getAssociationByObjectKeys({
    objectKey: "custom_objects.pet",
    locationId,
  });
  assert.deepEqual(ofObject.associations.map((one) => one.id), [associationId]);
  await sdk.updateAssociation(
    { associationId },
    { firstObjectLabel: "Keeper", secondObjectLabel: "Animal" },
  );
  const relation = await sdk.createRelation({
    locationId,
    associationId,
    firstRecordId: "contact-1",
    secondRecordId: "pet-1",
  });
  const relations = await sdk.getRelationsByRecordId({
    recordId: "pet-1",
    locationId,
    skip: 0,
    limit: 100,
    associationIds: [associationId],
  });
  assert.deepEqual(relations.relations.map((one) => one.id), [relation.id]);
  assert.equal((await sdk.deleteRelation({ relationId: relation.id, locationId })).deleted, true);
  const updated = await sdk.getAssociationByID({ associationId });
  assert.equal(updated.secondObjectLabel, "Animal");
  assert.equal((await sdk.deleteAssociation({ associationId })).deleted, true);
  await assert.rejects(sdk.getAssociationByID({ associationId }), { statusCode: 404 });
}

async function useOAuth(oauth) {
  const installed = await oauth.getAccessToken({
    client_id: APP.clientId,
    client_secret: APP.clientSecret,
    grant_type: "authorization_code",
    code: SANDBOX_CODE,
    user_type: "Location",
  });
  assert.equal(installed.locationId, locationId);
  const refreshed = await oauth.refreshToken(
    installed.refresh_token,
    APP.clientId,
    APP.clientSecret,
    "refresh_token",
    "Location",
  );
  const sdk = new HighLevel({ ...APP, locationAccessToken: refreshed.access_token });
  const listed = await sdk.associations.findAssociations({ locationId, skip: 0, limit: 100 });
  assert.equal(listed.total, 4);
}

async function main() {
  HighLevel.BASE_URL = SANDBOX_URL;
  await useAssociations(new HighLevel({ privateIntegrationToken: SANDBOX_TOKEN }).associations);
  const app = new HighLevel(APP);
  await useOAuth(app.oauth);
  const signed = [WEBHOOK_SIGNATURE, WEBHOOK_PUBLIC_KEY];
  assert(app.webhooks.verifyEd25519Signature(WEBHOOK_BODY, ...signed));
  assert(!app.webhooks.verifyEd25519Signature(`${WEBHOOK_BODY} `, ...signed));
  console.log("created, read, updated, deleted");
}

main();
