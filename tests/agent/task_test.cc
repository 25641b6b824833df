#include "agent/task.h"

#include <memory>
#include <utility>

#include "tests/agent/support.h"

namespace valise {
namespace {

// Something to wait for, fired by hand.
struct Event {
  std::coroutine_handle<> waiter;
  int value = 0;

  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> handle) { waiter = handle; }
  int await_resume() const { return value; }
  void Fire(int with) {
    value = with;
    std::exchange(waiter, nullptr).resume();
  }
};

struct Guard {
  explicit Guard(int& counter) : alive(counter) { ++alive; }
  ~Guard() { --alive; }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  int& alive;
};

Task<int> Wait(Event& event, int& alive) {
  const Guard guard(alive);
  co_return co_await event + 1;
}

Task<int> Twice(Event& event, int& alive) {
  const Guard guard(alive);
  const int first = co_await Wait(event, alive);
  const int second = co_await Wait(event, alive);
  co_return first * 100 + second;
}

Task<> Into(int& out, Event& event, int& alive) { out = co_await Twice(event, alive); }

Task<int> Ready(int value) { co_return value; }

Task<int> SumTo(int count) {
  int sum = 0;
  for (int number = 1; number <= count; ++number) sum += co_await Ready(number);
  co_return sum;
}

Task<std::unique_ptr<int>> Owned() { co_return std::make_unique<int>(7); }

Task<> Keep(int& out) { out = *co_await Owned(); }

Task<> Sum(int& out, int count) { out = co_await SumTo(count); }

}  // namespace

TEST_CASE("a task is lazy, waits, and goes on where it waited") {
  Event event;
  int alive = 0, out = 0;
  Task<> task = Into(out, event, alive);
  CHECK(alive == 0);
  task.Start();
  CHECK(alive == 2);
  CHECK_FALSE(task.is_done());
  event.Fire(1);
  CHECK_FALSE(task.is_done());
  event.Fire(2);
  CHECK(task.is_done());
  CHECK(out == 203);
  CHECK(alive == 0);
}

TEST_CASE("a task that is destroyed while it waits lets go of everything") {
  Event event;
  int alive = 0, out = 0;
  {
    Task<> task = Into(out, event, alive);
    task.Start();
    event.Fire(1);
    CHECK(alive == 2);
  }
  CHECK(alive == 0);
  CHECK(out == 0);
}

TEST_CASE("a task moves with what it waits for") {
  Event event;
  int alive = 0, out = 0;
  Task<> task = Into(out, event, alive);
  task.Start();
  Task<> moved = std::move(task);
  event.Fire(4);
  event.Fire(5);
  CHECK(moved.is_done());
  CHECK(out == 506);
  Task<> other = Into(out, event, alive);
  other.Start();
  moved = std::move(other);
  CHECK_FALSE(moved.is_done());
  CHECK(alive == 2);
}

TEST_CASE("values that only move, and very many tasks one after another") {
  int out = 0;
  Task<> kept = Keep(out);
  kept.Start();
  CHECK(out == 7);
  Task<> sum = Sum(out, 1000);
  sum.Start();
  CHECK(sum.is_done());
  CHECK(out == 500'500);
}

}  // namespace valise
