from facade.redis import *
