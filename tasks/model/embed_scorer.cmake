# Writes a C++ source that holds the text of FROM: cmake -DFROM=... -DTO=... -P embed_scorer.cmake
file(READ ${FROM} text)
if(text MATCHES "[)]scorer\"")
    message(FATAL_ERROR "${FROM} holds the raw string's own end mark")
endif()
file(WRITE ${TO} "// Written by the build from tasks/model/score.py.
#include <string_view>

namespace kontor::tasks::model {

std::string_view scorer_text();

std::string_view scorer_text() {
    static constexpr std::string_view text = R\"scorer(${text})scorer\";
    return text;
}

}  // namespace kontor::tasks::model
")
