// The state of partitions across runs: a row whenever a country's part of a run begins, settles or opens again, in the batch in
// which it does. What is told depends on the run alone, so that telling it again after a restart changes nothing.
#include "engine/partitions.hpp"

#include <algorithm>
#include <utility>

namespace kontor::engine {

using core::run::PartitionEnd;
using core::run::PartitionFact;
using core::run::Partitions;

void PartitionTelling::tell(ActiveRun& active) {
    PartitionBook& book = active.partitions;
    if (active.run.closings() == book.seen) {
        return;
    }
    const std::uint64_t seen = std::exchange(book.seen, active.run.closings());
    const std::vector<std::string>& countries = active.run.countries();
    if (countries.empty() && book.told.empty()) {
        return;
    }
    if (!book.named) {
        book.named = true;
        book.name = Partitions::name(active.run);
        if (!book.name.fault.empty()) {
            conductor_.actions_.log.push_back("run " + std::to_string(active.row.id) + " counts for no partition: " + book.name.fault);
        }
    }
    if (!book.name.counts) {
        return;
    }
    for (std::size_t at = 0; at < countries.size(); ++at) {
        if (active.run.closings(static_cast<int>(at)) <= seen) {
            continue;
        }
        const PartitionFact fact = Partitions::of(active.run, static_cast<int>(at));
        const auto [told, first] = book.told.try_emplace(countries[at], fact.end);
        if (first || told->second != fact.end) {
            told->second = fact.end;
            tell_one(active, countries[at], fact);
        }
    }
    if (countries.empty() && !core::run::is_final(active.run.state())) {
        return;  // they are found anew
    }
    if (book.told.size() == countries.size()) {
        return;
    }
    // A rerun may find other countries than the first time.
    for (auto& [country, end] : book.told) {
        if (end == PartitionEnd::Running && std::find(countries.begin(), countries.end(), country) == countries.end()) {
            end = PartitionEnd::Skipped;
            tell_one(active, country, {end, active.run.resumed_at().value_or(active.row.created_at), -1, "the run works for it no more"});
        }
    }
}

void PartitionTelling::tell_one(ActiveRun& active, const std::string& country, const PartitionFact& fact) {
    const PartitionDesk::Key key{active.row.workflow, country, active.partitions.name.period};
    if (fact.end == PartitionEnd::Running) {
        conductor_.partitions_.begin(key, active.row.id);
    } else {
        conductor_.partitions_.end(key, active.row.id);
    }
    ports::PartitionRow row;
    row.workflow = active.row.workflow;
    row.country = country;
    row.period = active.partitions.name.period;
    row.run = active.row.id;
    row.outcome = to_string(fact.end);
    row.at = fact.at;
    row.task = fact.culprit < 0 ? 0 : conductor_.id_of(active, fact.culprit);
    row.reason = fact.reason;
    row.running = conductor_.partitions_.running(key);
    conductor_.batch_.partitions.push_back(std::move(row));
}

// By its row a run works for it, and there is no such run any more: it could not be taken up again.
void PartitionTelling::recover(const ports::Snapshot& snapshot, Instant now) {
    for (const ports::RunningPartition& row : snapshot.partitions) {
        if (conductor_.partitions_.running({row.workflow, row.country, row.period}) == 0) {
            conductor_.batch_.partitions.push_back(
                {row.workflow, row.country, row.period, row.run, "failed", now, 0, "its run could not be taken up again", 0}
            );
        }
    }
}

}  // namespace kontor::engine
