from facade.rate_limits import *
