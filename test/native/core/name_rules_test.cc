// Names in add(): the embedder says of each kind how they are judged, and the core knows no kind.
#include <string>
#include <utility>
#include <vector>

#include "support/registering.h"

namespace {

using namespace test;

struct Answer {
  aisopod_status status;
  std::string message;
};

// What add() answers to each of these, one after another, and how many the host receives.
struct Answers {
  std::vector<Answer> all;
  size_t registered = 0;
  size_t refused = 0;
};

Answers add_all(std::vector<ServedKind> kinds,
                const std::vector<std::pair<const char*, const char*>>& added) {
  Answers answers;
  Registering run(
      [&](const aisopod_api* api, aisopod_error*) {
        for (const auto& [kind, name] : added) {
          const aisopod_registration def = def_of(kind, name);
          aisopod_error err = AISOPOD_INIT(aisopod_error);
          const aisopod_status status = api->add(api, &def, nullptr, &err);
          answers.all.push_back({status, err.message});
        }
        return AISOPOD_OK;
      },
      patient_limits(), std::move(kinds));
  answers.registered = run.embedder.count(MessageType::registration);
  answers.refused = run.embedder.count(MessageType::refusal);
  return answers;
}

// Of plugin.h, where the rule may be another one than a host of today has, and not of it.
constexpr const char* kAnyKinds[] = {
    AISOPOD_KIND_TOOL,    AISOPOD_KIND_HOOK, AISOPOD_KIND_MIDDLEWARE,
    AISOPOD_KIND_MESSAGE, "gadget",          "9"};

CASE("a kind with unique names refuses a name again, whatever the case") {
  for (const char* kind : kAnyKinds) {
    const Answers answers =
        add_all({{kind, NameRule::unique}},
                {{kind, "Search"}, {kind, "Search"}, {kind, "search"}, {kind, "SEARCH"}});
    CHECK_EQ(answers.all[0].status, AISOPOD_OK);
    for (const size_t again : {1, 2, 3}) {
      CHECK_EQ(answers.all[again].status, AISOPOD_E_EXISTS);
      CHECK(answers.all[again].message.find("is registered already") != std::string::npos);
    }
    CHECK_EQ(answers.registered, 1u);
    CHECK_EQ(answers.refused, 3u);
  }
}

CASE("a kind with unique names takes each other name") {
  const Answers answers =
      add_all({{"gadget", NameRule::unique}}, {{"gadget", "a"}, {"gadget", "b"}, {"gadget", "a-"}});
  CHECK_EQ(answers.registered, 3u);
}

CASE("a repeatable kind takes a name as often as it is registered") {
  for (const char* kind : kAnyKinds) {
    const Answers answers =
        add_all({{kind, NameRule::repeatable}}, {{kind, "same"}, {kind, "same"}, {kind, "SAME"}});
    for (const Answer& answer : answers.all) CHECK_EQ(answer.status, AISOPOD_OK);
    CHECK_EQ(answers.registered, 3u);
    CHECK_EQ(answers.refused, 0u);
  }
}

CASE("a single kind refuses a second registration, whatever the names") {
  for (const char* kind : kAnyKinds) {
    const Answers answers =
        add_all({{kind, NameRule::single}}, {{kind, "one"}, {kind, "two"}, {kind, "one"}});
    CHECK_EQ(answers.all[0].status, AISOPOD_OK);
    for (const size_t again : {1, 2}) {
      CHECK_EQ(answers.all[again].status, AISOPOD_E_EXISTS);
      CHECK_EQ(answers.all[again].message, std::string("a plugin has at most one ") + kind);
    }
    CHECK_EQ(answers.registered, 1u);
    CHECK_EQ(answers.refused, 2u);
  }
}

CASE("kinds take no names from each other, also where they differ by case alone") {
  const Answers answers = add_all({{"gadget", NameRule::unique},
                                   {"Gadget", NameRule::unique},
                                   {"only", NameRule::single},
                                   {"ONLY", NameRule::single}},
                                  {{"gadget", "a"}, {"Gadget", "a"}, {"only", "a"}, {"ONLY", "a"}});
  CHECK_EQ(answers.registered, 4u);
}

CASE("a single kind whose registration was refused for another reason takes the next one") {
  Registering run(
      [&](const aisopod_api* api, aisopod_error* err) {
        aisopod_registration def = def_of("only", "one");
        const aisopod_payload bad = aisopod_payload_of("no", AISOPOD_NTS);
        def.spec = &bad;
        CHECK_EQ(api->add(api, &def, nullptr, nullptr), AISOPOD_E_INVALID);
        def.spec = &kSpec;
        return api->add(api, &def, nullptr, err);
      },
      patient_limits(), {{"only", NameRule::single}});
  CHECK_EQ(run.end.status, AISOPOD_OK);
}

CASE("a host that serves no kind takes no registration") {
  const Answers answers = add_all({}, {{AISOPOD_KIND_TOOL, "a"}, {AISOPOD_KIND_MESSAGE, "a"}});
  for (const Answer& answer : answers.all) CHECK_EQ(answer.status, AISOPOD_E_UNSUPPORTED);
}

}  // namespace
