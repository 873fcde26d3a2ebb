// Manual pages out of the grammar, in the language of man(7).
#include "cli/complete.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace kontor::cli {
namespace {

// Backslashes and hyphens mean something to troff, and so do dots and quotes at the start of a line.
std::string troff(std::string_view text) {
    std::string out;
    bool line_start = true;
    for (const char c : text) {
        if (line_start && (c == '.' || c == '\'')) {
            out += "\\&";
        }
        out += c == '\\' ? "\\e" : c == '-' ? "\\-" : std::string(1, c);
        line_start = c == '\n';
    }
    return out;
}

std::string spoken_name(const CLI::App& app) {
    return app.get_parent() == nullptr ? app.get_name() : spoken_name(*app.get_parent()) + " " + app.get_name();
}

std::vector<const CLI::App*> shown_commands(const CLI::App& app) {
    std::vector<const CLI::App*> found;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        if (!command->get_group().empty()) {
            found.push_back(command);
        }
    }
    return found;
}

std::string options_section(const CLI::App& app) {
    std::string text;
    for (const CLI::Option* option : app.get_options()) {
        const bool value = option->get_items_expected_max() > 0;
        text += ".TP\n.B " + troff(option->get_name(option->get_positional(), true)) + (value && option->nonpositional() ? " " + troff(option->get_type_name()) : "") +
                "\n" + troff(option->get_description()) + "\n";
    }
    return text.empty() ? "" : ".SH OPTIONS\n" + text;
}

}  // namespace

std::string manual_name(const CLI::App& app) {
    std::string name = spoken_name(app);
    std::ranges::replace(name, ' ', '-');
    return name;
}

std::string manual_page(const CLI::App& app, const std::string& version) {
    const std::string spoken = spoken_name(app);
    const auto below = shown_commands(app);
    std::string upper = manual_name(app);
    std::ranges::transform(upper, upper.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    std::string text = ".TH \"" + troff(upper) + "\" 1 \"\" \"kontor " + troff(version) + "\" \"Kontor\"\n.SH NAME\n" + troff(manual_name(app)) + " \\- " +
                       troff(app.get_description()) + "\n.SH SYNOPSIS\n.B " + troff(spoken) + "\n[OPTIONS]";
    for (const CLI::Option* option : app.get_options()) {
        text += option->get_positional() && !option->nonpositional() ? " " + troff(option->get_name(true, false)) : "";
    }
    text += below.empty() ? "\n" : " COMMAND\n";
    if (!below.empty()) {
        text += ".SH COMMANDS\n";
        for (const CLI::App* command : below) {
            text += ".TP\n.B " + troff(command->get_name()) + "\n" + troff(command->get_description()) + " (see \n.BR " + troff(manual_name(*command)) + " (1))\n";
        }
    }
    text += options_section(app);
    text += ".SH NOTES\n.nf\n" + troff(app.get_footer()) + "\n.fi\n";
    return text;
}

}  // namespace kontor::cli
