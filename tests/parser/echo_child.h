// A parser child that was taken over: it answers each job with the job's own request, so that a
// test says what the lie is.
#pragma once

namespace valise {

int EchoChildMain();

}  // namespace valise
