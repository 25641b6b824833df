// doctest beside packet/check.h: both call a macro CHECK; in tests it is doctest's.
#pragma once

#include "packet/check.h"
#undef CHECK
#include <doctest/doctest.h>
