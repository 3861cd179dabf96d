from facade.observe import *
