// Commands about the command line itself: contexts, completion, manual pages; and the grid.
#include "cli/cli.hpp"
#include "cli/complete.hpp"
#include "cli/contexts.hpp"
#include "cli/grammar.hpp"
#include "cli/grid.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <fstream>
#include <memory>
#include <ostream>

namespace kontor::cli {
namespace {

void add_contexts(CLI::App& app, Grammar& grammar, Surroundings& around) {
    CLI::App* group = app.add_subcommand("contexts", "List the daemons that you look after; add, use or remove one");
    group->callback([&grammar, &around] {
        if (!grammar.local) {
            grammar.local = [&grammar, &around] { return list_contexts(around, output_of(grammar)); };
        }
    });
    const auto named = [&](const char* name, const char* what, auto action) {
        auto context = std::make_shared<std::string>();
        CLI::App* command = group->add_subcommand(name, what);
        command->add_option("NAME", *context, "The context's name")->required();
        command->callback([&grammar, context, action] { grammar.local = [context, action] { return action(*context); }; });
    };
    named("add", "Name the daemon of --url, with the token in --token-file", [&grammar, &around](const std::string& name) {
        return add_context(around, name, {grammar.url, grammar.token_file});
    });
    named("use", "Send commands there from now on", [&around](const std::string& name) { return use_context(around, name); });
    named("remove", "Forget it", [&around](const std::string& name) { return remove_context(around, name); });
}

// Live values are asked for briefly and silently: a daemon that is away must not make a shell wait or speak.
int print_words(CLI::App& app, const Grammar& grammar, Surroundings& around, const std::vector<std::string>& words) {
    constexpr std::chrono::milliseconds patience{1500};
    std::unique_ptr<RestClient> client;
    const Ask ask = [&](const std::string& path) -> Json {
        if (client == nullptr) {
            const Result<Target> target = target_of(grammar, around);
            if (!target) {
                return nullptr;
            }
            client = std::make_unique<RestClient>(*target, patience);
        }
        Result<Json> answer = client->get(path);
        return answer ? std::move(*answer) : Json(nullptr);
    };
    for (const Candidate& candidate : complete(app, words, ask)) {
        around.out << candidate.word << (candidate.what.empty() ? "" : "\t" + candidate.what) << '\n';
    }
    return ExitOk;
}

Result<void> write_pages(const CLI::App& app, const std::string& version, const std::filesystem::path& folder) {
    const std::filesystem::path path = folder / (manual_name(app) + ".1");
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << manual_page(app, version);
    file.close();
    if (!file) {
        return invalid("", "cannot write " + path.string());
    }
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        if (command->get_group().empty()) {
            continue;
        }
        if (auto written = write_pages(*command, version, folder); !written) {
            return written;
        }
    }
    return {};
}

}  // namespace

void add_shell_commands(CLI::App& app, Grammar& grammar, const CliHooks& hooks, Surroundings& around) {
    auto order = std::make_shared<GridOrder>();
    CLI::App* command = app.add_subcommand("grid", "Draw a campaign: a row per country, a column per step");
    command->add_option("CAMPAIGN", order->correlation, "Its correlation (default: the newest one)");
    command->add_flag("--watch", order->watch, "Draw it again every second until it has ended");
    command->callback([&grammar, order] { grammar.remote = [order](Session& session) { return show_grid(session, *order); }; });

    add_contexts(app, grammar, around);

    auto shell = std::make_shared<std::string>();
    command = app.add_subcommand("completion", "Print the completion script for a shell");
    command->add_option("SHELL", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
    command->callback([&grammar, &around, shell] {
        grammar.local = [&around, shell] {
            around.out << completion_script(*shell);
            return ExitOk;
        };
    });

    auto words = std::make_shared<std::vector<std::string>>();
    command = app.add_subcommand("complete-words", "What may stand next, for completion scripts");
    command->group("");
    command->add_option("WORDS", *words, "The words so far");
    command->callback([&app, &grammar, &around, words] {
        grammar.local = [&app, &grammar, &around, words] { return print_words(app, grammar, around, *words); };
    });

    auto folder = std::make_shared<std::string>();
    command = app.add_subcommand("man", "Print the manual page, or write those of all commands into a folder");
    command->add_option("FOLDER", *folder, "Where to, such as ~/.local/share/man/man1");
    command->callback([&app, &grammar, &hooks, &around, folder] {
        grammar.local = [&app, &hooks, &around, folder] {
            if (folder->empty()) {
                around.out << manual_page(app, hooks.version);
                return int{ExitOk};
            }
            const Result<void> written = write_pages(app, hooks.version, *folder);
            return written ? int{ExitOk} : report(around, written.error());
        };
    });
}

}  // namespace kontor::cli
