package releases

import "context"

// Look has the plan moved on as Run does every second.
func (s *Service) Look(ctx context.Context) error { return s.look(ctx) }
