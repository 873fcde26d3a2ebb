// What an operator asks of a run beside cancelling it, and why its parts are where they are.
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/table.hpp"
#include "cli/text_file.hpp"

#include <ostream>

namespace kontor::cli {
namespace {

// "DE/tune/3"
std::string place(const Json& item) {
    std::string text = text_member(item, "country");
    for (const char* part : {"task", "item"}) {
        const std::string word = text_member(item, part);
        text += word.empty() ? "" : (text.empty() ? "" : "/") + word;
    }
    return printable(text);
}

std::int64_t number(const Json& reply, const char* name) {
    const Json* value = member(reply, name);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

const JsonArray& items_of(const Json& reply) {
    static const JsonArray none;
    const Json* items = member(reply, "items");
    return items != nullptr && items->is_array() ? items->get_array() : none;
}

// A JSON object: as it stands, or @FILE.
Result<Json> outputs_of(const std::string& text) {
    std::string json = text;
    if (text.starts_with("@")) {
        Result<std::string> read = read_text_file(text.substr(1));
        if (!read) {
            return read.error();
        }
        json = std::move(*read);
    }
    Result<Json> outputs = json_from_text(json);
    if (!outputs || !outputs->is_object()) {
        return invalid("", "--outputs must be a JSON object" + (outputs ? std::string() : ": " + outputs.error().message));
    }
    return outputs;
}

void print_moves(std::ostream& out, const Json& reply) {
    for (const Json& item : items_of(reply)) {
        const std::string from = text_member(item, "from");
        const std::string to = text_member(item, "to");
        out << "  " << place(item) << "  " << (from == to ? from + ", and ends by itself" : from + " -> " + to) << "\n";
    }
    if (const std::int64_t more = number(reply, "more"); more > 0) {
        out << "  and " << more << " more\n";
    }
}

}  // namespace

int control_run(Session& session, const ControlOrder& order) {
    JsonObject body;
    for (const auto& [name, value] :
         {std::pair{"country", order.country}, {"task", order.task}, {"item", order.item}, {"reason", order.reason}}) {
        if (!value.empty()) {
            body[name] = value;
        }
    }
    if (order.kill) {
        body["mode"] = "kill";
    }
    if (!order.outputs.empty()) {
        Result<Json> outputs = outputs_of(order.outputs);
        if (!outputs) {
            report(session.around, outputs.error());
            return ExitUsage;
        }
        body["outputs"] = std::move(*outputs);
    }
    if (order.dry_run) {
        body["dry_run"] = true;
    }
    const Result<Json> reply =
        session.client.post("/v1/runs/" + std::to_string(order.run) + "/" + order.command, body);
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (printed_as_json(session, *reply)) {
        return ExitOk;
    }
    const auto count = static_cast<std::size_t>(number(*reply, "count"));
    session.around.out << (order.dry_run ? "Nothing was changed. Would change " : "Run " + std::to_string(order.run) + " is " +
                                                                                      text_member(*reply, "state") + "; changed ")
                       << counted(count, "task instance") << (count == 0 ? ".\n" : ":\n");
    print_moves(session.around.out, *reply);
    return ExitOk;
}

int explain_run(Session& session, const ExplainOrder& order) {
    const Result<Json> reply = session.client.get(with_query(
        "/v1/runs/" + std::to_string(order.run) + "/explain", {{"country", order.country}, {"task", order.task}}
    ));
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (printed_as_json(session, *reply)) {
        return ExitOk;
    }
    session.around.out << "Run " << order.run << " " << printable(text_member(*reply, "sentence")) << "\n";
    for (const Json& item : items_of(*reply)) {
        session.around.out << "  " << place(item) << "  " << printable(text_member(item, "sentence")) << "\n";
    }
    if (const std::int64_t more = number(*reply, "more"); more > 0) {
        session.around.out << "  and " << more << " more: name a country or a task\n";
    }
    return ExitOk;
}

}  // namespace kontor::cli
