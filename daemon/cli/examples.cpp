// An example or two for each command, shown at the end of its help and in its manual page.
#include "cli/grammar.hpp"

#include <CLI/CLI.hpp>

#include <array>

namespace kontor::cli {
namespace {

struct Example {
    std::string_view command;  // below kontor
    std::string_view lines;
};

constexpr std::array<Example, 73> examples{{
    {"serve", "kontor serve --data /var/lib/kontor --workflows /etc/kontor/workflows"},
    {"demo", "kontor demo --exit\nkontor demo --items 34200 --port 8090"},
    {"validate", "kontor validate workflows/train.yaml"},
    {"run", "kontor run train --wait -p trials=24 -p 'countries=[\"DE\",\"FR\"]'\nkontor run infer -p period=2026-11 --idempotency-key infer-2026-11\nkontor run infer -p period=2026-12 --dry-run"},
    {"runs", "kontor runs --state failed\nkontor runs show 17"},
    {"tasks", "kontor tasks 17 --country DE --state dead"},
    {"quarantine", "kontor quarantine 17 --country DE"},
    {"logs", "kontor logs 4711 --follow\nkontor logs --run 17 --country DE --level warn --grep 'no room'\nkontor logs --workflow train --since 2h --grep 'goes on after round'"},
    {"cancel", "kontor cancel 17 --country DE --reason 'wrong price list' --dry-run"},
    {"pause", "kontor pause 17 --reason 'the warehouse is being loaded'"},
    {"resume", "kontor resume 17"},
    {"retry", "kontor retry 17 --country DE"},
    {"skip", "kontor skip 17 --task tune --country DE --reason 'no labels this month'"},
    {"done", "kontor done 17 --task prepare --country DE --outputs '{\"rows\": 0}' --reason 'checked by hand'"},
    {"rerun", "kontor rerun 17 --from prepare --country DE"},
    {"explain", "kontor explain 17 --country DE"},
    {"dlq list", "kontor dlq list --country DE"},
    {"dlq redrive", "kontor dlq redrive 4711 4712 --newest\nkontor dlq redrive --fingerprint 3f9a01c2 --canary --rate 10/m --set rows=500 --dry-run"},
    {"dlq discard", "kontor dlq discard 4711 --reason 'the item is not sold any more'"},
    {"dlq stop", "kontor dlq stop 4720 --reason 'the feed is away again'"},
    {"approvals approve", "kontor approvals approve 12 --comment 'the margin is clear'"},
    {"approvals reject", "kontor approvals reject 12 --comment 'too few rows' --dry-run"},
    {"reviews", "kontor reviews --country DE --period 2026-11"},
    {"reviews next", "kontor reviews next --country DE --limit 5"},
    {"reviews decide", "kontor reviews decide 4711 1.03\nkontor reviews decide 4712 --cannot-say --reason 'two articles in one'"},
    {"reports", "kontor reports --period 2026-11"},
    {"reports csv", "kontor reports csv 12 > DE-2026-11.csv\nkontor reports csv DE/2026-11 --as-of 2026-12-15"},
    {"reports approve", "kontor reports approve 12 --reason 'compared with October'"},
    {"reports file", "kontor reports file 12 --receipt EAR-2026-4711"},
    {"backfill", "kontor backfill infer --periods 2026-01..2026-06 --missing-only --dry-run\nkontor backfill infer --periods 2026-01..2026-06 --countries DE,FR --max-parallel 2"},
    {"backfills cancel", "kontor backfills cancel 31 --runs --reason 'the codes change again'"},
    {"pools set", "kontor pools set warehouse 2 --reason 'its licence'\nkontor pools set country:DE none --weight 3\nkontor pools set compute 1 --dry-run"},
    {"retention", "kontor retention"},
    {"holds", "kontor holds -o json"},
    {"hold", "kontor hold 17 --reason 'the authority asks about March'"},
    {"release", "kontor release 17 --reason 'the case is closed'"},
    {"folder", "kontor folder"},
    {"cache", "kontor cache --workflow train"},
    {"cache clear", "kontor cache clear train --task prepare --country DE --reason 'a row was mended'\nkontor cache clear train --dry-run"},
    {"doctor", "kontor doctor\nkontor doctor -o json\nkontor doctor --offline /var/lib/kontor"},
    {"lineage report", "kontor lineage report DE 2026-11 --code 2.01\nkontor lineage report DE 2026-11 --version 2 --code 2.01 --items"},
    {"lineage model", "kontor lineage model m-0123456789abcdef"},
    {"lineage dataset", "kontor lineage dataset 496e4e03964bc3859389abf4f27a6ffb75cc41dee72ca7e702a1f4c4195dc005"},
    {"lineage codes", "kontor lineage codes DE 3"},
    {"model card", "kontor model card DE --to model-of-DE.html\nkontor model card m-0123456789abcdef -o json"},
    {"files send", "kontor files send DE prices.csv --as prices/2026-11.csv"},
    {"model import", "kontor model import DE model-of-DE --dry-run\nkontor model import DE model.tar --wait"},
    {"model export", "kontor model export DE --to model-of-DE\nkontor model export m-0123456789abcdef --to model.tar"},
    {"alarms", "kontor alarms --state raised"},
    {"alarms end", "kontor alarms end DE drift --reason 'the new catalogue: seen and expected'"},
    {"readings", "kontor readings DE --metric codes_psi --since 2026-01"},
    {"partitions", "kontor partitions --workflow infer --period 2026-10 --state missing"},
    {"codes import", "kontor codes import DE list.csv --effective 2027-01-01 --crosswalk moves.csv --reason 'ElektroG 2027'"},
    {"codes impact", "kontor codes impact DE list.csv --effective 2027-01-01 --crosswalk moves.csv"},
    {"codes show", "kontor codes show DE\nkontor codes show DE 2"},
    {"samples push", "kontor samples push today.ndjson.zst\npsql -Atc 'select row_to_json(s) from new_labels s' | kontor samples push -"},
    {"samples show", "kontor samples show DE A-4711"},
    {"winners", "kontor winners --at 2026-05-03T00:00:00Z"},
    {"winners set", "kontor winners set DE m-4f1c --reason 'the new one takes fridges for freezers' --dry-run"},
    {"winners pin", "kontor winners pin DE --reason 'the audit goes on until March'"},
    {"leaderboard", "kontor leaderboard DE"},
    {"schedules preview", "kontor schedules preview --cron '0 2 L * *' --timezone Europe/Luxembourg"},
    {"events send", "kontor events send prices.loaded --data '{\"country\": \"DE\"}'"},
    {"apply", "kontor apply workflows/train.yaml"},
    {"plan", "kontor plan workflows/*.yaml"},
    {"workflows retire", "kontor workflows retire weekly --reason 'monthly does it' --dry-run"},
    {"workflows diff", "kontor workflows diff train 3 4"},
    {"grid", "kontor grid --watch"},
    {"contexts add", "kontor contexts add prod --url https://kontor.example --token-file ~/.kontor-prod"},
    {"completion", "kontor completion bash"},
    {"man", "kontor man"},
    {"tokens create", "kontor tokens create anna --role operator --countries DE,FR"},
    {"audit", "kontor audit --who anna --since 2026-11-01T00:00:00Z"},
}};

void show(CLI::App& command, const std::string& path) {
    std::string text;
    for (const Example& example : examples) {
        if (example.command == path) {
            text = "Examples:\n  " + std::string(example.lines);
            for (std::size_t at = text.find('\n', 10); at != std::string::npos; at = text.find('\n', at + 1)) {
                text.insert(at + 1, "  ");
            }
        }
    }
    command.footer(text);
    for (CLI::App* below : command.get_subcommands([](const CLI::App*) { return true; })) {
        show(*below, path + " " + below->get_name());
    }
}

}  // namespace

void add_examples(CLI::App& app) {
    for (CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        show(*command, command->get_name());
    }
}

}  // namespace kontor::cli
