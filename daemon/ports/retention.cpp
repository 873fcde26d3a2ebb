#include "ports/retention.hpp"

namespace kontor::ports {

void Swept::add(const Swept& other) {
    marked += other.marked;
    runs += other.runs;
    instances += other.instances;
    log_lines += other.log_lines;
    events += other.events;
    more = more || other.more;
}

}  // namespace kontor::ports
