# Writes a C++ source whose function NAME gives the text of FROM: cmake -DFROM=... -DTO=... -DNAME=... -P embed_scorer.cmake
file(READ ${FROM} text)
if(text MATCHES "[)]scorer\"")
    message(FATAL_ERROR "${FROM} holds the raw string's own end mark")
endif()
get_filename_component(file ${FROM} NAME)
file(WRITE ${TO} "// Written by the build from tasks/package/${file}.
#include <string_view>

namespace kontor::tasks::package {

std::string_view ${NAME}();

std::string_view ${NAME}() {
    static constexpr std::string_view text = R\"scorer(${text})scorer\";
    return text;
}

}  // namespace kontor::tasks::package
")
