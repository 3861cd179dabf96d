// Use HighLevel's SDK as an app does, against the sandbox that the environment names.

const assert = require("node:assert/strict");
const { HighLevel } = require("@gohighlevel/api-client");

const { SANDBOX_URL, SANDBOX_TOKEN, SANDBOX_LOCATION: locationId, SANDBOX_CODE } = process.env;
const { SANDBOX_AGENCY_CODE } = process.env;
const { WEBHOOK_BODY, WEBHOOK_SIGNATURE, WEBHOOK_PUBLIC_KEY } = process.env;
const APP = { clientId: "sandbox-app", clientSecret: "sandbox-secret" };

const PAGE = { locationId, skip: 0, limit: 100 };

async function useAssociations(sdk) {
  const objects = { firstObjectKey: "contact", secondObjectKey: "custom_objects.pet" };
  const labels = { firstObjectLabel: "Owner", secondObjectLabel: "Pet" };
  const made = await sdk.createAssociation({ locationId, key: "owner_pet", ...objects, ...labels });
  const associationId = made.id;
  const found = await sdk.getAssociationByID({ associationId });
  assert.deepEqual([found.key, found.firstObjectLabel], ["owner_pet", "Owner"]);
  const byKey = await sdk.getAssociationKeyByKeyName({ keyName: "owner_pet", locationId });
  assert.equal(byKey.id, associationId);
  const listed = await sdk.findAssociations(PAGE);
  assert(listed.associations.some((one) => one.id === associationId));
  const ofPet = { objectKey: "custom_objects.pet", locationId };
  const ofObject = await sdk.getAssociationByObjectKeys(ofPet);
  assert.deepEqual(ofObject.associations.map((one) => one.id), [associationId]);
  const others = { firstObjectLabel: "Keeper", secondObjectLabel: "Animal" };
  await sdk.updateAssociation({ associationId }, others);
  const records = { firstRecordId: "contact-1", secondRecordId: "pet-1" };
  const relation = await sdk.createRelation({ locationId, associationId, ...records });
  const asked = { recordId: "pet-1", ...PAGE, associationIds: [associationId] };
  const relations = await sdk.getRelationsByRecordId(asked);
  assert.deepEqual(relations.relations.map((one) => one.id), [relation.id]);
  assert.equal((await sdk.deleteRelation({ relationId: relation.id, locationId })).deleted, true);
  const updated = await sdk.getAssociationByID({ associationId });
  assert.equal(updated.secondObjectLabel, "Animal");
  assert.equal((await sdk.deleteAssociation({ associationId })).deleted, true);
  await assert.rejects(sdk.getAssociationByID({ associationId }), { statusCode: 404 });
}

async function useOAuth(oauth) {
  const { clientId, clientSecret } = APP;
  const grant = { client_id: clientId, client_secret: clientSecret, code: SANDBOX_CODE };
  const asked = { ...grant, grant_type: "authorization_code", user_type: "Location" };
  const installed = await oauth.getAccessToken(asked);
  assert.equal(installed.locationId, locationId);
  const given = [installed.refresh_token, clientId, clientSecret, "refresh_token", "Location"];
  const refreshed = await oauth.refreshToken(...given);
  const ofAgency = { ...asked, code: SANDBOX_AGENCY_CODE, user_type: "Company" };
  const { access_token: agencyAccessToken, companyId } = await oauth.getAccessToken(ofAgency);
  const agency = new HighLevel({ ...APP, agencyAccessToken }).oauth;
  const { locations } = await agency.getInstalledLocation({ companyId, appId: "sandbox" });
  assert(locations.some((one) => one._id === locationId));
  const derived = await agency.getLocationAccessToken({ companyId, locationId });
  for (const { access_token: locationAccessToken } of [refreshed, derived]) {
    const sdk = new HighLevel({ ...APP, locationAccessToken });
    assert.equal((await sdk.associations.findAssociations(PAGE)).total, 4);
  }
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
