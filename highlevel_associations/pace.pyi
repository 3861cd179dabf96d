from facade.pace import *
