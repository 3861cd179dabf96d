from facade.oauth import *
