from facade.testing.oauth import *
