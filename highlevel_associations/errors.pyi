from facade.errors import *
