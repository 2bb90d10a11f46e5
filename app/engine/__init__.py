"""The product's engine: tracking, holes, removal, compositing, result cache and export."""
