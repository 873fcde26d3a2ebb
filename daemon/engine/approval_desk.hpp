// The approvals that are open: what was asked, who has answered, and when something is due. All of it follows from rows.
// Owner and thread: the conductor's.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/approval/approval.hpp"
#include "engine/conductor_types.hpp"

namespace kontor::engine {

struct OpenApproval {
    ports::ApprovalRow row;
    std::vector<core::approval::Vote> votes{};
    core::run::Index index = -1;  // of the instance that waits; -1: it does not, as far as is known

    Role role() const { return role_from_text(row.role).value_or(Role::Admin); }
    core::approval::Ballot ballot() const { return {role(), row.country, row.submitter, votes}; }
    // When it is to be escalated, or is over.
    std::optional<Instant> due() const { return row.escalate_at && !row.escalated_at ? row.escalate_at : row.deadline_at; }
};

class ApprovalDesk {
 public:
    bool empty() const { return open_.empty(); }
    OpenApproval& add(OpenApproval approval) {
        const std::int64_t id = approval.row.id;
        by_task_[approval.row.task_id] = id;
        OpenApproval& kept = open_.insert_or_assign(id, std::move(approval)).first->second;
        if (const std::optional<Instant> due = kept.due()) {
            due_.emplace(*due, id);
        }
        return kept;
    }
    OpenApproval* find(std::int64_t id) {
        const auto found = open_.find(id);
        return found == open_.end() ? nullptr : &found->second;
    }
    OpenApproval* of_task(ports::TaskId task) {
        const auto found = by_task_.find(task);
        return found == by_task_.end() ? nullptr : find(found->second);
    }
    const OpenApproval* of_task(ports::TaskId task) const {
        const auto found = by_task_.find(task);
        return found == by_task_.end() ? nullptr : &open_.at(found->second);
    }
    OpenApproval take(std::int64_t id) {
        auto found = open_.extract(id);
        by_task_.erase(found.mapped().row.task_id);
        if (const std::optional<Instant> due = found.mapped().due()) {
            due_.erase({*due, id});
        }
        return std::move(found.mapped());
    }
    // The deadline is what is due next.
    void escalate(OpenApproval& approval, Instant now) {
        due_.erase({*approval.due(), approval.row.id});
        approval.row.escalated_at = now;
        if (const std::optional<Instant> due = approval.due()) {
            due_.emplace(*due, approval.row.id);
        }
    }
    std::optional<Instant> next_due() const { return due_.empty() ? std::nullopt : std::optional(due_.begin()->first); }
    std::optional<std::int64_t> first_due(Instant now) const {
        return due_.empty() || due_.begin()->first > now ? std::nullopt : std::optional(due_.begin()->second);
    }
    const std::map<std::int64_t, OpenApproval>& open() const { return open_; }

 private:
    std::map<std::int64_t, OpenApproval> open_;
    std::unordered_map<ports::TaskId, std::int64_t> by_task_;
    std::set<std::pair<Instant, std::int64_t>> due_;
};

}  // namespace kontor::engine
