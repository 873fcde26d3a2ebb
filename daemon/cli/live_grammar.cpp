#include "cli/live_commands.hpp"
#include "cli/grammar.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace kontor::cli {

void add_live_commands(CLI::App& app, Grammar& grammar) {
    auto order = std::make_shared<PredictOrder>();
    CLI::App* command = app.add_subcommand("predict", "Classify items now, with the country's model in force");
    command->add_option("COUNTRY", order->country, "Two capital letters")->required();
    auto* file = command->add_option("FILE", order->file, "Items, a JSON object of columns per line; - reads standard input");
    auto* text = command->add_option("--text", order->text, "One item with this text")->excludes(file);
    command->add_option("--column", order->column, "The column that the text belongs to (default: title)")->needs(text);
    command->add_option("--set", order->values, "A further column of the item, NAME=VALUE")->needs(text);
    command->add_option("--top", order->top, "The code and so many others less one")->check(CLI::Range(1, 100));
    command->add_flag("--lenient", order->lenient, "Pass over columns that the model does not have");
    command->add_flag("--explain", order->explain, "Say which features spoke for the code");
    command->callback([&grammar, order] {
        grammar.remote = [order](Session& session) { return predict_items(session, *order); };
    });
}

void add_export_commands(CLI::App& app, Grammar& grammar) {
    CLI::App* models = app.add_subcommand("model", "A model as files, out and in, or its card");
    models->require_subcommand(1);
    auto order = std::make_shared<ExportOrder>();
    CLI::App* command = models->add_subcommand("export", "Write a model as files for Python, with a scorer");
    command->add_option("MODEL", order->model, "A model's id, or a country for its model in force")->required();
    command->add_option("--to", order->to, "A folder, or a file that ends in .tar")->required();
    command->callback([&grammar, order] {
        grammar.remote = [order](Session& session) { return export_model(session, *order); };
    });
    auto wanted = std::make_shared<ExportOrder>();
    CLI::App* card = models->add_subcommand("card", "What a reader of a model must know: data, figures by code, limits");
    card->add_option("MODEL", wanted->model, "A model's id, or a country for its model in force")->required();
    card->add_option("--to", wanted->to, "A file: a page to read and hand on, or JSON if its name ends in .json");
    card->callback([&grammar, wanted] {
        grammar.remote = [wanted](Session& session) { return model_card(session, *wanted); };
    });
}

}  // namespace kontor::cli
