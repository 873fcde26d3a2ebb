#include <algorithm>

#include "demo/catalogue.hpp"
#include "demo/copy_in.hpp"
#include "demo/demo.hpp"
#include "demo/demo_tables.hpp"

namespace kontor::demo {
namespace {

// Raised whenever the rows that the same options give change: an older load is then replaced.
constexpr int generator_version = 1;
constexpr std::int64_t rows_between_reports = 20'000;

bool is_period(std::string_view text) {
    const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
    if (text.size() != 7 || text[4] != '-' || !digit(0) || !digit(1) || !digit(2) || !digit(3) || !digit(5) || !digit(6)) {
        return false;
    }
    const int month = (text[5] - '0') * 10 + (text[6] - '0');
    return month >= 1 && month <= 12;
}

Result<void> check(const DemoOptions& options) {
    if (!is_period(options.period)) {
        return invalid("demo", "the period '" + options.period + "' is no month: write it as 2026-11");
    }
    for (const int items : {options.labelled_per_country, options.unlabelled_per_country}) {
        if (items < 0 || items > items_per_country_max) {
            return invalid("demo", "items per country must lie between 0 and " + std::to_string(items_per_country_max));
        }
    }
    return {};
}

std::string fingerprint(const DemoOptions& options) {
    return "version " + std::to_string(generator_version) + ", seed " + std::to_string(options.seed) + ", period " + options.period +
           ", labelled " + std::to_string(options.labelled_per_country) + ", sold " + std::to_string(options.unlabelled_per_country);
}

Result<Loader> connect(const std::string& url) {
    auto loader = Loader::connect(url);
    if (!loader && loader.error().kind == ErrorKind::NotFound) {
        return not_found("demo.connect", loader.error().message + "; make the database with createdb, then try again");
    }
    return loader;
}

// Reports rows and learns whether to go on.
class Watcher {
 public:
    Watcher(const DemoWatch& watch, std::int64_t total) : watch_(watch) { progress_.rows_total = total; }
    bool enter(std::string_view table, std::string_view country) {
        progress_.table = table;
        progress_.country = country;
        return tell();
    }
    bool count_row() { return ++progress_.rows % rows_between_reports != 0 || tell(); }

 private:
    bool tell() const { return !watch_ || watch_(progress_); }
    const DemoWatch& watch_;
    DemoProgress progress_;
};

Error stopped() { return Error{ErrorKind::Cancelled, "demo.load", "stopped; the warehouse is as it was", {}}; }

void write_item(Loader& loader, const CountryCatalogue& catalogue, ItemKind kind, const std::string& period, const Item& item) {
    loader.field(item.item_id);
    loader.field(catalogue.country().code);
    if (kind == ItemKind::Sold) {
        loader.field(period);
    }
    loader.field(item.title);
    loader.field(item.description);
    loader.field(item.brand);
    loader.field(item.price);
    loader.field(catalogue.country().currency);
    loader.field(item.weight_kg);
    loader.field(item.voltage);
    loader.field(item.battery);
    loader.field(item.wattage);
    loader.field(kind == ItemKind::Labelled ? item.code : item.units);
}

Result<std::int64_t> load_items(Loader& loader, const std::vector<CountryCatalogue>& catalogues, ItemKind kind, int per_country,
                                const std::string& period, Watcher& watcher) {
    const std::string table = kind == ItemKind::Labelled ? "labelled_item" : "sold_item";
    // FREEZE: the table was made in this transaction, so its rows need no second writing by vacuum.
    if (auto begun = loader.begin_copy("copy " + table + " from stdin with (freeze)"); !begun) {
        return begun.error();
    }
    Item item;
    std::int64_t rows = 0;
    for (const CountryCatalogue& catalogue : catalogues) {
        if (!watcher.enter(table, catalogue.country().code)) {
            return stopped();
        }
        for (int number = 1; number <= per_country; ++number, ++rows) {
            catalogue.make(kind, number, item);
            write_item(loader, catalogue, kind, period, item);
            if (auto sent = loader.end_row(); !sent) {
                return sent.error();
            }
            if (!watcher.count_row()) {
                return stopped();
            }
        }
    }
    if (auto ended = loader.end_copy(); !ended) {
        return ended.error();
    }
    return rows;
}

Result<std::int64_t> load_codes(Loader& loader, const std::vector<CountryCatalogue>& catalogues) {
    if (auto begun = loader.begin_copy("copy code_list from stdin"); !begun) {
        return begun.error();
    }
    std::int64_t rows = 0;
    for (const CountryCatalogue& catalogue : catalogues) {
        for (const Code& code : catalogue.scheme().codes) {
            loader.field(catalogue.country().code);
            loader.field(code.code);
            loader.field(code.title);
            loader.field(code.effective_from);
            loader.field(code.effective_to);
            if (auto sent = loader.end_row(); !sent) {
                return sent.error();
            }
            ++rows;
        }
    }
    if (auto ended = loader.end_copy(); !ended) {
        return ended.error();
    }
    return rows;
}

Result<DemoCounts> load_all(Loader& loader, const DemoOptions& options, const DemoWatch& watch) {
    std::vector<CountryCatalogue> catalogues;
    for (const Country& country : countries()) {
        catalogues.emplace_back(country, options.seed, options.period);
    }
    const auto per_country = static_cast<std::int64_t>(options.labelled_per_country) + options.unlabelled_per_country;
    Watcher watcher(watch, per_country * static_cast<std::int64_t>(country_count));
    if (auto made = loader.execute(std::string(create_tables)); !made) {
        return made.error();
    }
    const auto codes = load_codes(loader, catalogues);
    if (!codes) {
        return codes.error();
    }
    const auto labelled = load_items(loader, catalogues, ItemKind::Labelled, options.labelled_per_country, options.period, watcher);
    if (!labelled) {
        return labelled.error();
    }
    const auto sold = load_items(loader, catalogues, ItemKind::Sold, options.unlabelled_per_country, options.period, watcher);
    if (!sold) {
        return sold.error();
    }
    for (const std::string& statement :
         {std::string(create_indexes), std::string("analyze labelled_item, sold_item, code_list"),
          "insert into demo_load (options, labelled, sold, codes) values (" + loader.quote(fingerprint(options)) + ", " +
              std::to_string(*labelled) + ", " + std::to_string(*sold) + ", " + std::to_string(*codes) + ")"}) {
        if (auto done = loader.execute(statement); !done) {
            return done.error();
        }
    }
    return DemoCounts{*labelled, *sold, *codes, static_cast<int>(country_count), true};
}

Result<std::int64_t> number(Loader& loader, const std::string& sql) {
    const auto text = loader.value(sql);
    if (!text) {
        return text.error();
    }
    return text->empty() ? 0 : std::stoll(*text);
}

// What stands there already, if it is what the options ask for.
Result<DemoCounts> present(Loader& loader, const DemoOptions& options) {
    const auto there = loader.value("select to_regclass('demo_load') is not null and to_regclass('sold_item') is not null");
    if (!there) {
        return there.error();
    }
    if (*there != "t") {
        return DemoCounts{};
    }
    const std::string from = " from demo_load where options = " + loader.quote(fingerprint(options));
    const auto labelled = number(loader, "select labelled" + from);
    const auto sold = number(loader, "select sold" + from);
    const auto codes = number(loader, "select codes" + from);
    if (!labelled || !sold || !codes) {
        return !labelled ? labelled.error() : !sold ? sold.error() : codes.error();
    }
    return DemoCounts{*labelled, *sold, *codes, *codes == 0 ? 0 : static_cast<int>(country_count), false};
}

}  // namespace

DemoOptions scaled_to(DemoOptions options, std::int64_t items) {
    const auto per_country = std::clamp<std::int64_t>(items / static_cast<std::int64_t>(country_count), 2, items_per_country_max);
    options.labelled_per_country = static_cast<int>(std::max<std::int64_t>(1, per_country / 3));
    options.unlabelled_per_country = static_cast<int>(per_country) - options.labelled_per_country;
    return options;
}

Result<DemoCounts> load_demo(const DemoOptions& options, const DemoWatch& watch) {
    if (auto checked = check(options); !checked) {
        return checked.error();
    }
    auto connected = connect(options.url);
    if (!connected) {
        return connected.error();
    }
    Loader& loader = *connected;
    const auto there = present(loader, options);
    if (!there || there->codes > 0) {
        return there;
    }
    // Two loads at once would wait for each other's tables; the second then finds the first one's data.
    for (const char* statement : {"begin", "set local lock_timeout = '60s'", "select pg_advisory_xact_lock(hashtext('kontor demo'))"}) {
        if (auto done = loader.execute(statement); !done) {
            return done.error();
        }
    }
    auto counts = load_all(loader, options, watch);
    if (!counts) {
        return counts;  // the connection closes, and the server rolls back
    }
    if (auto done = loader.execute("commit"); !done) {
        return done.error();
    }
    return counts;
}

}  // namespace kontor::demo
