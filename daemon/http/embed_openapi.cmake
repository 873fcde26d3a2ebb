# Writes a C++ source that holds the text of FROM: cmake -DFROM=... -DTO=... -P embed_openapi.cmake
file(READ ${FROM} text)
if(text MATCHES "[)]openapi\"")
    message(FATAL_ERROR "${FROM} holds the raw string's own end mark")
endif()
file(WRITE ${TO} "// Written by the build from proto/openapi.yaml.
#include \"http/answer.hpp\"

namespace kontor::http {

std::string_view openapi_document() {
    static constexpr std::string_view text = R\"openapi(${text})openapi\";
    return text;
}

}  // namespace kontor::http
")
