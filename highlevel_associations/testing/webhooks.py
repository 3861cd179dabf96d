from facade.testing.webhooks import *
