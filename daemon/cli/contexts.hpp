// Daemons by name, for those who look after several: where each is, and which file holds the token for it. Kept in
// $XDG_CONFIG_HOME/kontor/contexts.json, else ~/.config/kontor/contexts.json; tokens themselves never stand there.
#pragma once

#include "cli/session.hpp"

#include <map>
#include <optional>
#include <string>

namespace kontor::cli {

struct Context {
    std::string url;
    std::string token_file;  // empty: as without a context
};
struct Contexts {
    std::string current;  // empty: none
    std::map<std::string, Context> by_name;
};

// Errors: Invalid when the file is there and cannot be read as contexts.
Result<Contexts> read_contexts(const Environment& environment);
// Written whole, then put in the old one's place.
Result<void> write_contexts(const Environment& environment, const Contexts& contexts);

// The one that counts: `wanted`, else KONTOR_CONTEXT, else the current one unless the environment names a daemon.
// Errors: Invalid when there is none of that name.
Result<std::optional<Context>> chosen_context(const std::string& wanted, const Environment& environment);

int list_contexts(Surroundings& around, Output output);
int add_context(Surroundings& around, const std::string& name, const Context& context);
int use_context(Surroundings& around, const std::string& name);
int remove_context(Surroundings& around, const std::string& name);

}  // namespace kontor::cli
