// CloudEvents 1.0 out of a request: structured (one JSON document), batched (a list of them), binary (attributes in the head,
// data in the body). Every fault is collected, as for other bodies. Thread: any; lives for one request.
#pragma once

#include "engine/api.hpp"
#include "http/message.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace kontor::http {

// Events of one batch: more are sent in several.
inline constexpr std::size_t batch_events_max = 1000;

struct PostedEvents {
    std::vector<engine::PostedEvent> events;
    bool batch = false;
    std::optional<Response> refusal;  // then there are no events
};

// Requires: check_event_type let the request pass.
PostedEvents read_events(const Request& request);

// True when the head carries a CloudEvent's attributes.
bool is_binary_event(const Fields& fields);
// May `media` (without parameters) be the body of a posted event?
bool is_event_media(std::string_view media, bool binary);

}  // namespace kontor::http
