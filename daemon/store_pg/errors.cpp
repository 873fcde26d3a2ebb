#include "store_pg/errors.hpp"

namespace kontor::store_pg {
namespace {

// "ERROR:  x\nDETAIL:  y\n" as one line.
std::string one_line(std::string_view message) {
    std::string text;
    for (const char c : message) {
        const char kept = c == '\n' || c == '\t' ? ' ' : c;
        if (kept != ' ' || (!text.empty() && text.back() != ' ')) {
            text.push_back(kept);
        }
    }
    while (!text.empty() && text.back() == ' ') {
        text.pop_back();
    }
    return text;
}

ErrorKind kind_of(std::string_view sqlstate) {
    const std::string_view group = sqlstate.substr(0, 2);
    if (sqlstate.empty() || group == "08") {
        return ErrorKind::Unavailable;  // the connection
    }
    if (sqlstate == sqlstate_fenced) {
        return ErrorKind::Conflict;
    }
    if (sqlstate == "57014" || sqlstate == "25P03") {
        return ErrorKind::Timeout;  // statement_timeout, idle in transaction
    }
    if (group == "40" || group == "53" || group == "57" || group == "58" || sqlstate == "55P03" || sqlstate == "25006") {
        return ErrorKind::Unavailable;  // conflict of transactions, resources, shutdown, IO, lock timeout, read-only standby
    }
    if (group == "22" || group == "23" || group == "54" || group == "21") {
        return ErrorKind::Invalid;  // the data
    }
    if (group == "28" || group == "3D") {
        return ErrorKind::Invalid;  // password, database name: a person must mend the configuration
    }
    return ErrorKind::Internal;  // the SQL or the schema
}

// Not only by its SQLSTATE: a session that cannot begin for it has none, and of the file that a session writes first the server
// does not say why it could not.
bool tells_of_full_disk(std::string_view sqlstate, std::string_view text) {
    return sqlstate == "53100" || text.find("No space left on device") != std::string_view::npos ||
           text.find("could not write init file") != std::string_view::npos;
}

}  // namespace

Error translate(std::string_view sqlstate, std::string_view statement, std::string_view message) {
    std::string text = one_line(message);
    if (tells_of_full_disk(sqlstate, text)) {
        text = "its disk is full, make room and it goes on: " + text;
    }
    if (!sqlstate.empty()) {
        text += " (SQLSTATE " + std::string(sqlstate) + ")";
    }
    return Error{kind_of(sqlstate), "database " + std::string(statement), std::move(text), {}};
}

bool ends_session(std::string_view sqlstate) {
    return sqlstate.empty() || sqlstate.substr(0, 2) == "08" || sqlstate == "57P01" || sqlstate == "57P02" ||
           sqlstate == "57P03" || sqlstate == "57P05" || sqlstate == "25P03";
}

}  // namespace kontor::store_pg
