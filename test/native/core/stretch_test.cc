// Which code of plugins ran at some time while the process changed?
#include "core/process/stretch.h"

#include <memory>
#include <string>

#include "support/harness.h"

namespace {

using aisopod::Stretch;

std::string names(const Stretch& stretch) {
  std::string text;
  for (const auto& ran : stretch.others()) text += ran.plugin + ":" + ran.moment + " ";
  return text;
}

CASE("one that runs alone has no others") {
  { const Stretch before("before", "create()"); }
  const Stretch alone("alone", "on_init()");
  { const Stretch later("alone", "on_init()"); }
  CHECK_EQ(names(alone), "alone:on_init() ");
  const Stretch next("next", "on_init()");
  CHECK_EQ(names(next), "alone:on_init() ");
}

CASE("those that began before and those that ended before are both others") {
  auto early = std::make_unique<Stretch>("early", "create()");
  const Stretch mine("mine", "on_init()");
  early.reset();
  { const Stretch within("within", "on_init()"); }
  const Stretch late("late", "create()");
  CHECK_EQ(names(mine), "early:create() within:on_init() late:create() ");
}

CASE("more than is kept is reported as others without a name") {
  const Stretch stuck("stuck", "on_init()");
  for (int i = 0; i < 3000; ++i) const Stretch passing("passing", "create()");
  const auto others = stuck.others();
  CHECK(others.size() < 1100);
  REQUIRE(!others.empty());
  CHECK_EQ(others.back().plugin, "");
  const Stretch fresh("fresh", "on_init()");
  CHECK_EQ(names(fresh), "stuck:on_init() ");
}

CASE("what ran is written down with NUL between") {
  CHECK_EQ(aisopod::join_ran("on_init()", {{"a", "create()"}}),
           std::string("on_init()\0a\0create()", 20));
}

}  // namespace
