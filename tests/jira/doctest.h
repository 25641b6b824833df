// doctest, whose CHECK takes the place of packet/check.h's in the tests' own lines. Included last.
#pragma once

#include "packet/result.h"

#undef CHECK
#include <doctest/doctest.h>
