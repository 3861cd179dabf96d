from facade.bulk import *
