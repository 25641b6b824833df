// doctest under names that do not collide with ours: CHECK is packet/check.h's.
#pragma once

#define DOCTEST_CONFIG_NO_SHORT_MACRO_NAMES
#include <doctest/doctest.h>

#define TEST_CASE DOCTEST_TEST_CASE
#define SUBCASE DOCTEST_SUBCASE
#define EXPECT DOCTEST_CHECK
#define REQUIRE DOCTEST_REQUIRE
#define CAPTURE DOCTEST_CAPTURE
#define INFO DOCTEST_INFO
