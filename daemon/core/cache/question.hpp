// What a task's result follows from. Equal questions have equal answers, so that an answer may be taken from an earlier run.
// Pure; the engine keeps the answers.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.hpp"

namespace kontor::core::cache {

struct Question {
    std::string workflow;
    std::string task;
    std::string uses;     // the task type
    std::string code;     // of the daemon's program: another build may answer otherwise
    std::string country;
    std::string item;
    std::uint64_t seed = 0;
    Json input;           // by_content() of the rendered `with`
};

// Keys sorted, and references to objects ({key, sha256, bytes}) without where the object lies: the same rows, extracted by
// another run, are the same input.
Json by_content(const Json& input);

// SHA-256 in lowercase hex. Equal exactly for equal questions.
std::string key_of(const Question& question);

// What is not the same, in words, at most three things: "with.trials was 20, is 40". Empty for equal questions.
std::string difference(const Question& before, const Question& now);

}  // namespace kontor::core::cache
