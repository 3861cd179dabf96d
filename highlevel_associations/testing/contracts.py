from facade.testing.contracts import *
