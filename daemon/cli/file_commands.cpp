#include "cli/file_commands.hpp"

#include "cli/cli.hpp"
#include "cli/grammar.hpp"
#include "cli/watch.hpp"
#include "tasks/archive/tar.hpp"
#include "tasks/sdk/outcome.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <ostream>

namespace kontor::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t bytes_max = std::size_t{256} << 20U;

Result<std::string> bytes_of(const fs::path& path) {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    const int refused = errno;
    std::error_code fault;
    const bool folder = fs::is_directory(path, fault);
    if (!file || folder) {
        return invalid("", "cannot read " + path.string() + ": " + std::strerror(folder ? EISDIR : refused));
    }
    std::string bytes(std::istreambuf_iterator<char>(file), {});
    return bytes.empty()             ? Result<std::string>(invalid("", path.string() + " is empty"))
           : bytes.size() > bytes_max ? Result<std::string>(invalid("", path.string() + " is larger than 256 MiB"))
                                      : Result<std::string>(std::move(bytes));
}

// The files of a folder, in the order of their names.
Result<std::string> tar_of_folder(const fs::path& folder) {
    std::vector<fs::path> paths;
    std::error_code fault;
    for (fs::directory_iterator at(folder, fault); !fault && at != fs::directory_iterator(); at.increment(fault)) {
        std::error_code gone;
        if (at->is_regular_file(gone) && !at->path().filename().string().starts_with('.')) {
            paths.push_back(at->path());
        }
    }
    if (fault) {
        return invalid("", "cannot read the folder " + folder.string() + ": " + fault.message());
    }
    std::sort(paths.begin(), paths.end());
    try {
        archive::TarWriter writer;
        for (const fs::path& path : paths) {
            const Result<std::string> bytes = bytes_of(path);
            if (!bytes) {
                return bytes.error();
            }
            writer.add(path.filename().string(), *bytes);
        }
        return writer.finish();
    } catch (const sdk::TaskFailure& failure) {
        return invalid("", folder.string() + ": " + failure.reason());
    }
}

Result<std::string> package_at(const std::string& from) {
    std::error_code fault;
    if (!fs::is_directory(from, fault)) {
        return bytes_of(from);
    }
    if (!fs::exists(fs::path(from) / "model.json", fault)) {
        return invalid("", from + " holds no model.json: give a folder as 'kontor model export' writes it, or a tar of one");
    }
    return tar_of_folder(from);
}

// What the file or folder is called here, in letters that a name there may have.
std::string package_name(const std::string& from) {
    std::string name = fs::path(from).lexically_normal().filename().string();
    name = name.empty() ? fs::path(from).lexically_normal().parent_path().filename().string() : name;
    std::replace_if(
        name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0 && c != '.' && c != '_' && c != '-'; }, '_'
    );
    constexpr std::size_t letters_max = 100;
    name = name.substr(0, letters_max);
    name = name.empty() || name.front() == '.' ? "model" : name;
    return name.find(".tar") == std::string::npos ? name + ".tar" : name;
}

Result<Json> sent(Session& session, const std::string& country, const std::string& name, std::string_view bytes, bool dry_run) {
    const Result<RestClient::Reply> reply = session.client.post_bytes(
        with_query("/v1/countries/" + percent_encoded(country) + "/files", {{"name", name}, {"dry_run", dry_run ? "true" : ""}}), bytes, "application/octet-stream", ""
    );
    if (!reply) {
        return reply.error();
    }
    return reply->status == 202 || reply->status == 200 ? json_from_text(reply->body) : Result<Json>(error_from_reply(reply->status, reply->body, session.client.target()));
}

// The run that the file has started, or 0; says what became of the file.
std::int64_t tell(Session& session, const std::string& name, const Json& event) {
    std::int64_t run = 0;
    std::string told;
    const Json* deliveries = member(event, "deliveries");
    for (const Json& delivery : deliveries == nullptr || !deliveries->is_array() ? JsonArray() : deliveries->get_array()) {
        const Json* id = member(delivery, "run");
        if (id != nullptr && id->is_int64()) {
            run = id->get_int64();
            told += "Run " + std::to_string(run) + " of " + text_member(delivery, "workflow") + " takes it. Follow it with 'kontor runs show " + std::to_string(run) + "'.\n";
        } else {
            told += text_member(delivery, "workflow") + ": " + text_member(delivery, "state") + ", " + text_member(delivery, "reason") + "\n";
        }
    }
    if (!printed_as_json(session, event)) {
        const Json* dry_run = member(event, "dry_run");
        session.around.out << (dry_run == nullptr ? name + " is there. " : "Nothing was sent. ") << (told.empty() ? "No workflow waits for such a file.\n" : told);
    }
    return run;
}

}  // namespace

int send_file(Session& session, const FileOrder& order) {
    const Result<std::string> bytes = bytes_of(order.file);
    if (!bytes) {
        report(session.around, bytes.error());
        return ExitUsage;
    }
    const std::string name = order.name.empty() ? fs::path(order.file).filename().string() : order.name;
    const Result<Json> event = sent(session, order.country, name, *bytes, order.dry_run);
    if (!event) {
        return report(session.around, event.error());
    }
    tell(session, name, *event);
    return ExitOk;
}

int import_model(Session& session, const ImportOrder& order, const std::function<Result<std::string>(std::string_view)>& check) {
    const Result<std::string> package = package_at(order.from);
    if (!package) {
        report(session.around, package.error());
        return ExitUsage;
    }
    if (order.dry_run) {
        const Result<std::string> told = check(*package);
        if (!told) {
            return report(session.around, told.error());
        }
        if (!printed_as_json(session, JsonObject{{"dry_run", true}, {"model", *told}})) {
            session.around.out << *told << "\nNothing was sent.\n";
        }
        return ExitOk;
    }
    const std::string name = "models/" + package_name(order.from);
    const Result<Json> event = sent(session, order.country, name, *package, false);
    if (!event) {
        return report(session.around, event.error());
    }
    const std::int64_t run = tell(session, "The package", *event);
    if (run == 0) {
        return report(session.around, conflict("", "no workflow imports it: deploy workflows/import.yaml, or one of your own with a trigger `file: \"*/models/*.tar*\"`"));
    }
    return order.wait ? watch_run(session, run) : ExitOk;
}

void add_file_commands(CLI::App& app, Grammar& grammar, const CliHooks& hooks) {
    CLI::App* files = app.add_subcommand("files", "Send files that start workflows");
    files->require_subcommand(1);
    auto file = std::make_shared<FileOrder>();
    CLI::App* command = files->add_subcommand("send", "Send a file for a country, as if it lay in the inbox folder");
    command->add_option("COUNTRY", file->country, "Two capital letters")->required();
    command->add_option("FILE", file->file, "The file, up to 256 MiB")->required();
    command->add_option("--as", file->name, "What it is called there, also with folders: models/a.tar");
    command->add_flag("--dry-run", file->dry_run, "Say what it would start, and send nothing");
    command->callback([&grammar, file] { grammar.remote = [file](Session& session) { return send_file(session, *file); }; });

    auto order = std::make_shared<ImportOrder>();
    command = app.get_subcommand("model")->add_subcommand("import", "Have a model judged that was made elsewhere");
    command->add_option("COUNTRY", order->country, "Two capital letters")->required();
    command->add_option("FROM", order->from, "A folder as 'kontor model export' writes it, or a tar of one")->required();
    command->add_flag("--wait", order->wait, "Until the model is read and tried");
    command->add_flag("--dry-run", order->dry_run, "Read and try it on this machine, and send nothing");
    command->callback([&grammar, &hooks, order] {
        grammar.remote = [&hooks, order](Session& session) { return import_model(session, *order, hooks.check_package); };
    });
}

}  // namespace kontor::cli
