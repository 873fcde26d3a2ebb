// `kontor doctor`: what is wrong, asked of the daemon, or told by a data folder alone.
#include "cli/cli.hpp"
#include "cli/grammar.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>
#include <ostream>
#include <utility>

namespace kontor::cli {
namespace {

// 0: all is well; 1: something fails; 2: something is worth a look.
int verdict(const std::string& state) {
    return state == "ok" ? ExitOk : state == "warn" ? 2 : ExitFailed;
}

void show_checks(Surroundings& around, const Json& told) {
    const Json* checks = member(told, "checks");
    for (const Json& each :
         checks != nullptr && checks->is_array() ? checks->get_array() : JsonArray{}) {
        const std::string state = text_member(each, "state");
        around.out << state << (state.size() < 4 ? "    " : "  ")
                   << printable(text_member(each, "name"));
        if (state != "ok") {
            const Json* found = member(each, "found");
            around.out << ": " << printable(text_member(each, "sentence")) << " "
                       << (found == nullptr ? "" : printable(to_text(*found))) << "\n      "
                       << printable(text_member(each, "remedy"));
        }
        around.out << "\n";
    }
}

int ask_doctor(Session& session) {
    const Result<Json> told = session.client.get("/v1/doctor");
    if (!told) {
        return report(session.around, told.error());
    }
    if (!printed_as_json(session, *told)) {
        show_checks(session.around, *told);
    }
    return verdict(text_member(*told, "state"));
}

// What a data folder tells while no daemon runs.
int look_offline(Surroundings& around, Output output, const std::string& folder) {
    JsonArray checks;
    std::string state = "ok";
    const auto add = [&](const char* name,
                         bool well,
                         const std::string& found,
                         const char* sentence,
                         const char* remedy) {
        checks.emplace_back(JsonObject{
            {"name", name},
            {"state", well ? "ok" : "fail"},
            {"found", well ? JsonArray{} : JsonArray{found}},
            {"sentence", sentence},
            {"remedy", remedy}});
        state = well ? state : "fail";
    };
    std::error_code error;
    for (const auto& [name, entry] :
         {std::pair{"data_folder", ""},
          std::pair{"objects", "objects"},
          std::pair{"keys", "keys.json"}}) {
        const std::filesystem::path path = std::filesystem::path(folder) / entry;
        add(name,
            std::filesystem::exists(path, error),
            path.string(),
            "is not there",
            "Name the folder that kontor serve --data is given, or restore it.");
    }
    const std::filesystem::space_info space = std::filesystem::space(folder, error);
    add("disk",
        !error && space.available * 20 >= space.capacity,
        folder,
        "less than a twentieth of the disk is free",
        "Make room: PostgreSQL stops on a full disk.");
    const Json told =
        JsonObject{{"state", state}, {"offline", true}, {"checks", std::move(checks)}};
    if (const std::optional<std::string> text = as_data(output, told)) {
        around.out << *text;
    } else {
        show_checks(around, told);
    }
    return verdict(state);
}

}  // namespace

void add_doctor_command(CLI::App& app, Grammar& grammar, Surroundings& around) {
    auto folder = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand("doctor", "Look for what is wrong: status 0 when all is well, 1 when something fails, 2 when something is worth a look");
    command->add_option("--offline", *folder, "Only what this data folder tells; no daemon is asked");
    command->callback([&grammar, &around, folder] {
        if (folder->empty()) {
            grammar.remote = ask_doctor;
        } else {
            grammar.local = [&grammar, &around, folder] { return look_offline(around, output_of(grammar), *folder); };
        }
    });
}

}  // namespace kontor::cli
