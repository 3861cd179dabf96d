from facade.models import *
