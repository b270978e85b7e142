/// A kind of resource that can be protected, by the name that Heat gave it.
package struct ResourceType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package var rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package var description: String { rawValue }

    package static let project = ResourceType(rawValue: "OS::Keystone::Project")
    package static let server = ResourceType(rawValue: "OS::Nova::Server")
    package static let volume = ResourceType(rawValue: "OS::Cinder::Volume")
    package static let image = ResourceType(rawValue: "OS::Glance::Image")
    package static let share = ResourceType(rawValue: "OS::Manila::Share")
    package static let network = ResourceType(rawValue: "OS::Neutron::Network")
    package static let database = ResourceType(rawValue: "OS::Trove::Instance")
    package static let pod = ResourceType(rawValue: "OS::Kubernetes::Pod")

    /// The eight types that Karbor knows, those that others depend on first.
    package static let all: [ResourceType] = [.project, .server, .volume, .image, .share, .network, .database, .pod]

    /// The types that it may depend on: those of Karbor's protectable plugins.
    package var parents: [ResourceType] {
        switch self {
        case .server, .share, .network, .database, .pod: [.project]
        case .volume: [.server, .pod, .project]
        case .image: [.server, .project]
        default: []
        }
    }
}
