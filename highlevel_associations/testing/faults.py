from facade.testing.faults import *
