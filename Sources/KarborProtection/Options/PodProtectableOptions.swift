package import OsloConfig

/// What a pod's id is made from, in `[pod_protectable]`.
package enum PodProtectableOptions {
    package static let namespace = ConfigOption.string(
        "namespace", in: "pod_protectable", default: "default", help: "Namespace whose pods are listed.")

    package static let group = OptionGroup("pod_protectable", help: "Pods as resources.", [namespace.erased])
}
