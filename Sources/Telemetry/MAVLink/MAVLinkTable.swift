// Written by deploy/mavlink-messages.py.
/// Definitions of the messages of MAVLink's `common` and `ardupilotmega` dialects, and of the dialects that agree
/// with them.
enum MAVLinkTable {
    static let parts = [part1, part2]
}
