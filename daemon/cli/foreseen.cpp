#include "cli/foreseen.hpp"

#include "cli/cli.hpp"

#include <ostream>

namespace kontor::cli {
namespace {

std::string listed(const Json& answer, std::string_view name) {
    const Json* list = member(answer, name);
    std::string text;
    for (const Json& each : list == nullptr || !list->is_array() ? JsonArray() : list->get_array()) {
        text += (text.empty() ? "" : ", ") + (each.is_string() ? std::string(each.get_string()) : to_text(each));
    }
    return text;
}

}  // namespace

int tell_foreseen(Session& session, const Json& answer) {
    if (printed_as_json(session, answer)) {
        return ExitOk;
    }
    const bool waits = text_member(answer, "state") == "queued";
    const std::string cancels = listed(answer, "cancels");
    const Json* countries = member(answer, "countries");
    const bool later = countries == nullptr || countries->is_null();
    std::ostream& out = session.around.out;
    out << "Nothing was started. A run of " << text_member(answer, "workflow") << " would "
        << (waits ? "wait until its concurrency group has room" : "begin at once") << (cancels.empty() ? "" : ", in place of run " + cancels)
        << ".\n"
        << "definition  " << text_member(answer, "hash") << "\n"
        << "parameters  " << to_text(*member(answer, "params")) << "\n"
        << "tasks       " << listed(answer, "tasks") << "\n"
        << "countries   " << (later ? "a task finds them" : listed(answer, "countries").empty() ? "none" : listed(answer, "countries")) << "\n";
    return ExitOk;
}

}  // namespace kontor::cli
