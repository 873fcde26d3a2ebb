// `kontor`: the command line, and what of it needs the daemon's own rooms.
#include "app/demo.hpp"
#include "app/package_check.hpp"
#include "app/task_registry.hpp"
#include "cli/cli.hpp"
#include "tasks/package/import_child.hpp"

namespace {

constexpr const char* version = KONTOR_VERSION;

kontor::app::Overrides overrides_of(const kontor::cli::ServeOptions& options) {
    return {options.data_folder, options.data_folder_otherwise, options.port, options.address, options.config_file, options.database_url, options.workflows_folder, options.plain_http};
}

}  // namespace

int main(int argc, char** argv) {
    // Not a command for people: see tasks/package/import_child.hpp.
    if (argc == 2 && argv[1] == kontor::tasks::package::child_command) {
        return kontor::tasks::package::run_import_child();
    }
    kontor::cli::CliHooks hooks;
    hooks.version = version;
    hooks.serve = [](const kontor::cli::ServeOptions& options) { return kontor::app::serve(overrides_of(options), version); };
    hooks.demo = [](const kontor::cli::DemoOptions& options) {
        return kontor::app::demo({overrides_of(options.serve), options.items, options.exit_at_end}, version);
    };
    hooks.demo_data = [](const kontor::cli::DemoDataOptions& options) {
        return kontor::app::demo_data({options.items, options.seed, options.period, options.database_url, options.data_folder});
    };
    hooks.vocabulary = kontor::app::vocabulary;
    hooks.check_package = kontor::app::check_package;
    return kontor::cli::run_cli(argc, argv, hooks);
}
