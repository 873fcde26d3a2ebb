// What the warehouse's error messages mean for the task: retry, or a person must mend something.
// Pure functions. Owner: nobody; thread: any.
#pragma once

#include <string>
#include <string_view>

#include "tasks/sdk/outcome.hpp"

namespace kontor::tasks::warehouse {

struct ServerError {
    std::string sqlstate;  // five characters; empty when the connection itself broke
    std::string message;
    std::string detail;
    std::string hint;
    int position = 0;      // in characters of the statement, from 1; 0: none
};

// Decided by the SQLSTATE alone: messages are translated by servers.
sdk::FailureClass failure_class_of(std::string_view sqlstate);

// The SQLSTATE within the text of a refused connection as libpq words it when asked to be verbose
// ("FATAL:  28P01: password authentication failed ..."); empty when there is none.
std::string sqlstate_within(std::string_view connection_error);

// The first line of such a text, without severity and code.
std::string sentence_within(std::string_view connection_error);

// Bytes before the character `position` (from 1) of a UTF-8 text; the text's size when it lies beyond.
std::size_t byte_of_character(std::string_view text, int position);

// "line 3, column 12", from a byte offset; columns count characters.
std::string place_of(std::string_view text, std::size_t byte);

}  // namespace kontor::tasks::warehouse
