from facade.web import *
