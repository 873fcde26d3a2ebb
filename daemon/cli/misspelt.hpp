// What to say of a command line that does not parse because a word in it is not known. Thread: main's.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace kontor::cli {

// Requires: `app` has tried to parse. "there is no command 'runz'; did you mean 'runs'?", or "" when every word was
// understood, or when the word may be a value too many.
std::string misspelt_word(const CLI::App& app);

}  // namespace kontor::cli
