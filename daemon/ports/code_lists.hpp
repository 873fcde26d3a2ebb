// Code lists that people import: versions of a country's list, each in force from a day on, and how the codes before stand in it.
// A version never changes; the same day again is another version, and the newest of a day counts.
// `CodeLists` is what the API asks (codes/desk.hpp); `CodeListRows` is the rows behind it (store_pg/code_lists.cpp), none of them the
// conductor's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "ports/desk.hpp"

namespace kontor::ports {

struct ListRow {
    std::string code;
    std::string title;
    std::string valid_from;  // YYYY-MM-DD, or empty
    std::string valid_to;    // the first day on which it is not valid any more, or empty
    friend bool operator==(const ListRow&, const ListRow&) = default;
};
struct ListMove {
    std::string from;
    std::string to;    // empty: it ended
    std::string kind;  // rename, merge, split, end
    double weight = 1;
    friend bool operator==(const ListMove&, const ListMove&) = default;
};

struct ImportOrder {
    std::string country;
    std::string effective_from;  // YYYY-MM-DD
    std::string list;            // CSV
    std::string crosswalk;       // CSV, or empty
    std::string reason;
    bool dry_run = false;
};

class CodeLists {
 public:
    virtual ~CodeLists() = default;
    // Ensures: the list is a version; the same as the newest of that day is that version (`unchanged`). The answer holds the preview.
    // Errors: Invalid with a detail for each fault, naming line and column; Conflict (another list came meanwhile); Unavailable.
    virtual Result<DeskReply> import(const ImportOrder& order, const DeskCaller& by, Instant at) = 0;
};

struct ListVersion {
    std::int64_t version = 0;
    std::string effective_from;
    std::string sha256;
    std::vector<ListRow> rows;
    std::vector<ListMove> moves;
};
// What is known before a list of that country and day comes, read at one moment.
struct KnownLists {
    std::int64_t newest = 0;  // the highest version's number; 0: none
    std::optional<ListVersion> same_day;
    std::optional<ListVersion> before;  // what is in force on the day before
    std::int64_t later = 0;             // lists of later days
    // The newest report: its month, its items by code, and those that wait for people. No month: nothing was reported yet.
    std::string period;
    std::vector<std::pair<std::string, std::int64_t>> items;
    std::int64_t waiting = 0;
    Json winner;  // as `winner.model` is in workflows, or null
};
struct NewList {
    std::int64_t newest = 0;  // as KnownLists had it
    std::string sha256;
    std::vector<ListRow> rows;
    std::vector<ListMove> moves;
    Json body;  // the answer; the version's number is put into it
};
// A country's list on a day, with the crosswalks of all lists up to it, oldest first.
struct ListOnDay {
    ListVersion list;
    std::vector<std::pair<std::string, std::vector<ListMove>>> steps;  // by effective day
};

class CodeListRows {
 public:
    virtual ~CodeListRows() = default;
    // The first answer under the caller's key. Errors: Invalid (the key was another request's).
    virtual Result<std::optional<DeskReply>> earlier(const DeskCaller& by) = 0;
    virtual Result<KnownLists> known(const std::string& country, const std::string& effective_from) = 0;
    // Errors: Conflict (a list came since `newest`).
    virtual Result<DeskReply> add(const ImportOrder& order, NewList list, const DeskCaller& by, Instant at) = 0;
    // Nothing is kept but who asked, and the answer.
    virtual Result<DeskReply> keep(const ImportOrder& order, const Json& body, const DeskCaller& by, Instant at) = 0;
    virtual Result<std::optional<ListOnDay>> on_day(const std::string& country, const std::string& day) = 0;
};

}  // namespace kontor::ports
