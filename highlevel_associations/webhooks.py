from facade.webhooks import *
